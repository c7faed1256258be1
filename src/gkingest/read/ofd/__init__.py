"""OFD (GB/T 33190-2016), the national format of fixed pages, read natively; `pages` puts the rest together."""
