"""Read Azure, and nothing else: the only room that imports `azure.*`, and no other room is imported for it."""
