"""The world as GitHub writes it down in REST answers and webhook payloads."""
