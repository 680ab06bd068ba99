"""The command line: one file for each group of commands; it speaks to the toolkit and to nothing below it."""
