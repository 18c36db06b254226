"""What should be true. Each policy is one file of this folder; `policy` finds them, `config` is the policy file."""
