# What each Python server of the lab does first. Starting one is mostly imports, whose objects stay: looking through them for garbage again and
# again takes a fifth of the processor time that LiteLLM (1.106.2) needs to start.
import gc

gc.set_threshold(100_000, 50, 50)
