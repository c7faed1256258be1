"""The divisions of China by year, names of hosts, and names of divisions in text. It knows no report."""
