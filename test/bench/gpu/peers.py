"""Times the training step of main/services/bench in PyTorch on a GPU (or, to try the script, on the processor).

Reads one JSON request a line, {"inputs", "units", "batch", "timesteps", "seconds", "tf32", "steps"}, and answers each
with one line, {"ms": median, "deviceMs": median, "loss": value} or {"missing": reason}. A round is some steps with one
wait at its end, as ours has them.
"""
import json
import statistics
import sys
import time

device_name = sys.argv[1] if len(sys.argv) > 1 else "cuda"


def make_step(inputs, units, batch, timesteps):
    import torch

    device = torch.device(device_name)
    torch.manual_seed(1)
    layer = torch.nn.GRU(inputs, units).to(device)
    optimizer = torch.optim.Adam(layer.parameters(), lr=1e-3)
    x = (torch.rand(timesteps, batch, inputs, device=device) * 2 - 1).requires_grad_()
    y = torch.rand(timesteps, batch, units, device=device) * 2 - 1

    def step():
        optimizer.zero_grad(set_to_none=True)
        x.grad = None
        loss = torch.nn.functional.mse_loss(layer(x)[0], y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
        optimizer.step()
        return loss

    return step


def measure(request):
    import torch

    cuda = device_name == "cuda"
    if cuda and not torch.cuda.is_available():
        return {"missing": "torch finds no CUDA device"}
    tf32 = bool(request["tf32"])
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    step = make_step(request["inputs"], request["units"], request["batch"], request["timesteps"])
    wait = torch.cuda.synchronize if cuda else (lambda: None)
    for _ in range(2 if not cuda else 5):
        loss = step()
    wait()
    rounds = []
    device_rounds = []
    end = time.perf_counter() + request["seconds"]
    while len(rounds) < 3 or time.perf_counter() < end:
        if cuda:
            before, after = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            before.record()
        start = time.perf_counter()
        for _ in range(request["steps"]):
            loss = step()
        if cuda:
            after.record()
        wait()
        rounds.append((time.perf_counter() - start) * 1000 / request["steps"])
        if cuda:
            device_rounds.append(before.elapsed_time(after) / request["steps"])
    return {
        "ms": statistics.median(rounds),
        "deviceMs": statistics.median(device_rounds) if device_rounds else None,
        "loss": float(loss.detach()),
    }


def about():
    import torch

    cuda = torch.cuda.is_available()
    return {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version() if cuda else None,
        "device": torch.cuda.get_device_name(0) if cuda else None,
    }


for line in sys.stdin:
    try:
        request = json.loads(line)
        answer = about() if request.get("about") else measure(request)
    except ImportError as error:
        answer = {"missing": str(error)}
    except Exception as error:  # out of memory, for one: the other shapes go on
        answer = {"missing": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
