"""graduasi: how many households leave extreme poverty, and stay out, under each policy mix."""
