"""Sound in and out: probing, decoding, encoding; the only room that knows av and miniaudio."""
