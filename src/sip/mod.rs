//! SIP, sans-IO (skeleton).
