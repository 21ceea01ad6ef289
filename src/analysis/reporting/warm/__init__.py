"""Kernels that start warm: forked from a process that has already loaded what every notebook imports."""
