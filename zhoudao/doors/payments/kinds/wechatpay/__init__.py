"""WeChat Pay (微信支付), by its API v3."""
