"""The composition root: the only room that names concrete classes of several rooms and puts them together."""
