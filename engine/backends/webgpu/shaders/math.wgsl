// Some drivers make a number of e^NaN.
fn expOf(x: f32) -> f32 {
  return select(exp(x), x, isNan(x));
}

fn tanhOf(x: f32) -> f32 {
  let distance = abs(x);
  if (distance > 2.0) {
    // 1 - 2 e^-2|x| / (1 + e^-2|x|): division need not be exact on a GPU, and here its error stays far below the last
    // digit, so that 1 - tanh^2 of a saturated unit is what it should be.
    let e = exp(-2.0 * distance);
    return select(-1.0, 1.0, x > 0.0) * (1.0 - 2.0 * e / (1.0 + e));
  }
  // Rational approximation of Eigen's MathFunctionsImpl.h, odd 13 over even 6.
  let s = x * x;
  var top = -2.76076847742355e-16;
  top = top * s + 2.00018790482477e-13;
  top = top * s + -8.60467152213735e-11;
  top = top * s + 5.12229709037114e-08;
  top = top * s + 1.48572235717979e-05;
  top = top * s + 6.37261928875436e-04;
  top = top * s + 4.89352455891786e-03;
  var bottom = 1.19825839466702e-06;
  bottom = bottom * s + 1.18534705686654e-04;
  bottom = bottom * s + 2.26843463243900e-03;
  bottom = bottom * s + 4.89352518554385e-03;
  return select(x * top / bottom, x, isNan(x) || distance < 4e-4);
}

// The exponential only ever sees a negative argument.
fn sigmoidOf(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(select(e, 1.0, x >= 0.0) / (1.0 + e), x, isNan(x));
}

// ln(1 + y) for y >= 0, without losing small y.
fn logOnePlus(y: f32) -> f32 {
  let series = y * (1.0 - y * (0.5 - y * (0.33333333 - y * (0.25 - y * (0.2 - y * (0.16666667 - y * 0.14285714))))));
  return select(log(1.0 + y), series, y < 0.08);
}

// e^x - 1 for x <= 0, without losing small x.
fn expMinusOne(x: f32) -> f32 {
  let series = x * (1.0 + x * (0.5 + x * (0.16666667 + x * (0.041666667 + x * (0.0083333333 + x * (0.0013888889 + x * 0.0001984127))))));
  return select(exp(x) - 1.0, series, abs(x) < 0.35);
}

fn softplusOf(x: f32) -> f32 {
  return select(max(x, 0.0) + logOnePlus(exp(-abs(x))), x, isNan(x));
}

// Phi, the cumulative distribution of the standard normal: Abramowitz and Stegun 7.1.26, off by less than 2e-7.
fn normalDistribution(x: f32) -> f32 {
  let z = abs(x) * 0.70710678;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-z * z);
  return select(0.5 * tail, 1.0 - 0.5 * tail, x >= 0.0);
}

fn clampOf(x: f32, low: f32, high: f32) -> f32 {
  return select(clamp(x, low, high), x, isNan(x));
}

fn signOf(x: f32) -> f32 {
  return select(sign(x), x, isNan(x));
}
