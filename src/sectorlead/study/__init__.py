"""Studies: strategies, data and terms as a file or a command line names them, checked and ready to run."""
