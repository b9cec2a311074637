"""What a person may do: one task per file, each with its permission and its line in the record."""
