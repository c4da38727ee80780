"""What is paid back: exact in the smallest unit, never more than was taken."""

from zhoudao.engines.refunds.arithmetic import Piece, Share, Sum, Terms, TermsUnsound, refund_of

__all__ = ["Piece", "Share", "Sum", "Terms", "TermsUnsound", "refund_of"]
