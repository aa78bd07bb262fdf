"""Times the training step of main/services/bench in PyTorch or JAX.

Reads one JSON request a line, {"library", "inputs", "units", "batch", "timesteps", "seconds"}, and answers each with
one line, {"ms": [...]} or {"missing": reason}. The number of threads is given once, as the first argument.
"""
import json
import os
import sys
import time

threads = int(sys.argv[1])
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(threads)
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'}"
os.environ["JAX_PLATFORMS"] = "cpu"


def torch_step(inputs, units, batch, timesteps):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    layer = torch.nn.GRU(inputs, units)
    optimizer = torch.optim.Adam(layer.parameters(), lr=1e-3)
    x = (torch.rand(timesteps, batch, inputs) * 2 - 1).requires_grad_()
    y = torch.rand(timesteps, batch, units) * 2 - 1

    def step():
        optimizer.zero_grad(set_to_none=True)
        x.grad = None
        loss = torch.nn.functional.mse_loss(layer(x)[0], y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step


def jax_step(inputs, units, batch, timesteps):
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.key(1), 6)
    scale = units**-0.5

    def uniform(key, shape, limit):
        return jax.random.uniform(key, shape, minval=-limit, maxval=limit)

    weights = {
        "kernel": uniform(keys[0], (inputs, 3 * units), scale),
        "recurrent": uniform(keys[1], (units, 3 * units), scale),
        "bias": uniform(keys[2], (3 * units,), scale),
        "recurrent_bias": uniform(keys[3], (3 * units,), scale),
    }
    x = uniform(keys[4], (timesteps, batch, inputs), 1.0)
    y = uniform(keys[5], (timesteps, batch, units), 1.0)

    def loss_of(w, x):
        projected = x @ w["kernel"] + w["bias"]

        def cell(h, a):
            b = h @ w["recurrent"] + w["recurrent_bias"]
            az, ar, an = jnp.split(a, 3, axis=-1)
            bz, br, bn = jnp.split(b, 3, axis=-1)
            z = jax.nn.sigmoid(az + bz)
            n = jnp.tanh(an + jax.nn.sigmoid(ar + br) * bn)
            h = z * h + (1 - z) * n
            return h, h

        _, outputs = jax.lax.scan(cell, jnp.zeros((batch, units)), projected)
        return jnp.mean((outputs - y) ** 2)

    def update(w, m, v, count):
        loss, (gradient, dx) = jax.value_and_grad(loss_of, argnums=(0, 1))(w, x)
        norm = jnp.sqrt(sum(jnp.sum(g**2) for g in gradient.values()))
        factor = jnp.minimum(1.0, 1.0 / (norm + 1e-6))
        correction1 = 1 - 0.9**count
        correction2 = 1 - 0.999**count
        for name, g in gradient.items():
            g = g * factor
            m[name] = 0.9 * m[name] + 0.1 * g
            v[name] = 0.999 * v[name] + 0.001 * g * g
            w[name] = w[name] - 1e-3 * (m[name] / correction1) / (jnp.sqrt(v[name] / correction2) + 1e-8)
        return loss, w, m, v, dx

    update = jax.jit(update)
    zeros = {name: jnp.zeros_like(w) for name, w in weights.items()}
    state = {"w": weights, "m": zeros, "v": dict(zeros), "count": 1.0}

    def step():
        loss, state["w"], state["m"], state["v"], dx = update(
            dict(state["w"]), dict(state["m"]), dict(state["v"]), state["count"]
        )
        dx.block_until_ready()
        state["count"] += 1.0
        return float(loss)

    return step


makers = {"torch": torch_step, "jax": jax_step}
steps = {}
for line in sys.stdin:
    request = json.loads(line)
    library = request.pop("library")
    seconds = request.pop("seconds")
    key = (library, *request.values())
    try:
        if key not in steps:
            steps = {key: makers[library](**request)} if len(steps) > 4 else {**steps, key: makers[library](**request)}
            for _ in range(3):
                steps[key]()
        times = []
        end = time.perf_counter() + seconds
        while len(times) < 3 or time.perf_counter() < end:
            start = time.perf_counter()
            steps[key]()
            times.append((time.perf_counter() - start) * 1000)
        print(json.dumps({"ms": times}), flush=True)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
