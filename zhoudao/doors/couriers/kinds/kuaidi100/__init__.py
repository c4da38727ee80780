"""快递100's 商家寄件: couriers of nine carriers, paid by us in advance."""
