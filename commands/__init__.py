"""The command line, one file per subject; each registers its commands with the group of command.py."""
