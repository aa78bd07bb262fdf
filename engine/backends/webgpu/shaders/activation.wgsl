// Numbers are positions in `activations` of engine/ops/activation.ts. Only those that a kernel uses are compiled.
fn activate(kind: u32, x: f32) -> f32 {
  switch kind {
    //#if USES_1
    case 1u: { return sigmoidOf(x); }
    //#end
    //#if USES_2
    case 2u: { return clampOf(x / 6.0 + 0.5, 0.0, 1.0); }
    //#end
    //#if USES_3
    case 3u: { return clampOf(0.2 * x + 0.5, 0.0, 1.0); }
    //#end
    //#if USES_4
    case 4u: { return tanhOf(x); }
    //#end
    //#if USES_5
    case 5u: { return select(x, 0.0, x < 0.0); }
    //#end
    //#if USES_6
    case 6u: { return select(0.01 * x, x, x > 0.0); }
    //#end
    //#if USES_7
    case 7u: { return select(expMinusOne(min(x, 0.0)), x, x > 0.0 || isNan(x)); }
    //#end
    //#if USES_8
    case 8u: { return 1.0507009873554805 * select(1.6732632423543772 * expMinusOne(min(x, 0.0)), x, x > 0.0 || isNan(x)); }
    //#end
    //#if USES_9
    case 9u: { return x * normalDistribution(x); }
    //#end
    //#if USES_10
    case 10u: { return softplusOf(x); }
    //#end
    //#if USES_11
    case 11u: { return select(x / (1.0 + abs(x)), sign(x), abs(x) > 3e38); }
    //#end
    //#if USES_12
    case 12u: { return x * sigmoidOf(x); }
    //#end
    default: { return x; }
  }
}

// The derivative from the output y, for gelu and swish from the pre-activation x.
fn slopeOf(kind: u32, y: f32, x: f32) -> f32 {
  switch kind {
    //#if USES_1
    case 1u: { return y * (1.0 - y); }
    //#end
    //#if USES_2
    case 2u: { return select(0.0, 1.0 / 6.0, y > 0.0 && y < 1.0); }
    //#end
    //#if USES_3
    case 3u: { return select(0.0, 0.2, y > 0.0 && y < 1.0); }
    //#end
    //#if USES_4
    case 4u: { return 1.0 - y * y; }
    //#end
    //#if USES_5
    case 5u: { return select(0.0, 1.0, y > 0.0); }
    //#end
    //#if USES_6
    case 6u: { return select(0.01, 1.0, y > 0.0); }
    //#end
    //#if USES_7
    case 7u: { return select(y + 1.0, 1.0, y > 0.0); }
    //#end
    //#if USES_8
    case 8u: { return select(y + 1.7580993408473766, 1.0507009873554805, y > 0.0); }
    //#end
    //#if USES_9
    case 9u: { return normalDistribution(x) + x * exp(-0.5 * x * x) * 0.3989422804; }
    //#end
    //#if USES_10
    case 10u: { return -expMinusOne(-y); }
    //#end
    //#if USES_11
    case 11u: { let rest = 1.0 - abs(y); return rest * rest; }
    //#end
    //#if USES_12
    case 12u: { let gate = sigmoidOf(x); return gate + x * gate * (1.0 - gate); }
    //#end
    default: { return 1.0; }
  }
}
