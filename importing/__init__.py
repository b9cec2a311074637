"""The only way in: reads files into tables and reports what is wrong with them."""
