"""How a layer is described: the layer itself, its fields and style, its coordinate systems, its words."""
