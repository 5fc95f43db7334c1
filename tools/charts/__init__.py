"""What is generated for the charts: the table of values in each README."""
