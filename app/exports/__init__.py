"""What leaves a case once it is public? Documents for machines and a page for people. Pure: values in, text out."""
