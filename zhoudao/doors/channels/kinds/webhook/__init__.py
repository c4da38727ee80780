"""Any other system by signed webhook, in and out, as the Standard Webhooks specification has it."""
