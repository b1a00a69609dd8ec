//! RTP, pure (skeleton).
