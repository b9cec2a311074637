"""Where it is kept: one schema, one store, whole saves or none."""
