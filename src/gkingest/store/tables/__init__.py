"""What is kept: the tables, their columns with comments, their versions. The promise are the views, not these."""
