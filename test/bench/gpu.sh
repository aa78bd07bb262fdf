#!/usr/bin/env bash
# Our training step beside PyTorch's with cuDNN on one NVIDIA GPU: Linux, Vulkan, Python with torch.
#
#   bash gpu.sh [options of gpu/compare.mjs]
#
# Runs from the folder that `node test/bench/pack-gpu.mjs` makes, which needs no network, no Node and no build; or from
# a checkout after `npm ci`, where it packs first. What it finds goes into gpu-results.json ($RESULTS) as it goes.
# $PYTHON names the Python to use. Libraries in a folder lib/ beside this script are found first (a Vulkan loader).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"

if [ ! -e "$here/ours.mjs" ]; then
  pack="${TMPDIR:-/tmp}/gru-gpu-pack"
  node "$here/pack-gpu.mjs" "$pack"
  exec bash "$pack/gpu.sh" "$@"
fi

unpack() { # name: from name.gz beside this script
  [ -e "$work/$1" ] || gzip -dc "$here/$1.gz" >"$work/$1"
}

work="${WORK:-${TMPDIR:-/tmp}/gru-gpu}"
mkdir -p "$work/node_modules/webgpu"
cp "$here/ours.mjs" "$here/peers.py" "$here/compare.mjs" "$work/"
cp -r "$here/webgpu/." "$work/node_modules/webgpu/"
unpack node
chmod +x "$work/node"
dawn="node_modules/webgpu/dist/linux-x64"
mkdir -p "$work/$dawn"
[ -e "$work/$dawn/dawn.node" ] || { unpack dawn.node; mv "$work/dawn.node" "$work/$dawn/dawn.node"; }

export LD_LIBRARY_PATH="$here/lib:${LD_LIBRARY_PATH:-}"
if [ -z "${VK_ICD_FILENAMES:-}" ]; then
  # The driver of the card, also where its package left no description of it.
  for icd in /usr/share/vulkan/icd.d/nvidia_icd.json /etc/vulkan/icd.d/nvidia_icd.json; do
    [ -e "$icd" ] && found=yes
  done
  if [ -z "${found:-}" ] && ldconfig -p 2>/dev/null | grep -q libGLX_nvidia.so.0; then
    printf '{"file_format_version":"1.0.0","ICD":{"library_path":"libGLX_nvidia.so.0","api_version":"1.3.0"}}\n' >"$work/nvidia_icd.json"
    export VK_ICD_FILENAMES="$work/nvidia_icd.json"
  fi
fi
exec "$work/node" "$work/compare.mjs" --ours "$work/ours.mjs" --peers "$work/peers.py" \
  --results "${RESULTS:-gpu-results.json}" "$@"
