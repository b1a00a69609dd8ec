//! SDP offer and answer, pure (skeleton).
