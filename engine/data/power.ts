import type { Power } from './preparation.ts';

/** The transformed value: log(x + offset), or Box-Cox of x + offset. NaN where x + offset is not more than 0. */
export function applyPower(power: Power | null, value: number): number {
  if (power === null) return value;
  const shifted = value + power.offset;
  if (!(shifted > 0)) return Number.NaN;
  // log1p keeps digits of small x that adding 1 would lose.
  const log = power.offset === 1 ? Math.log1p(value) : Math.log(shifted);
  return power.kind === 'log' ? log : boxCox(log, power.lambda);
}

/** What `applyPower` made a value of. A Box-Cox value that nothing is transformed to is taken as its nearest bound. */
export function undoPower(power: Power | null, transformed: number): number {
  if (power === null) return transformed;
  if (power.kind === 'log') {
    return power.offset === 1 ? Math.expm1(transformed) : Math.exp(transformed) - power.offset;
  }
  const { lambda, offset, largest } = power;
  const base = lambda * transformed + 1;
  if (base <= 0) return lambda > 0 ? -offset : largest;
  return Math.exp(lambda === 0 ? transformed : Math.log(base) / lambda) - offset;
}

/** Derivative of `undoPower`: by how much a small change of the transformed value moves the value. */
export function powerSlope(power: Power | null, transformed: number): number {
  if (power === null) return 1;
  const shifted = undoPower(power, transformed) + power.offset;
  return power.kind === 'log' ? shifted : shifted ** (1 - power.lambda);
}

/** (x^lambda - 1) / lambda from log x, without the cancellation near lambda = 0. */
function boxCox(log: number, lambda: number): number {
  return lambda === 0 ? log : Math.expm1(lambda * log) / lambda;
}

/**
 * The lambda that makes the transformed values most like a normal distribution: the maximum of the log-likelihood
 * (Box and Cox 1964), as `scipy.stats.boxcox` finds it, between -5 and 5. 1 where the values do not vary.
 * @param values more than 0, at least one.
 */
export function fitLambda(values: Float64Array): number {
  const logs = values.map((value) => Math.log(value));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  // Of values around 1 the transform neither overflows nor cancels; lambda does not depend on their unit.
  const centered = logs.map((log) => log - mean);
  if (centered.every((log) => Math.abs(log) < 1e-12)) return 1;
  const cost = (lambda: number): number => negativeLikelihood(centered, lambda);
  return brent(cost, -largestLambda, largestLambda);
}

/** -log-likelihood / n of centered logs, up to a constant: half the log of the variance of the transformed values. */
function negativeLikelihood(logs: Float64Array, lambda: number): number {
  let mean = 0;
  for (const log of logs) mean += boxCox(log, lambda);
  mean /= logs.length;
  let squares = 0;
  for (const log of logs) squares += (boxCox(log, lambda) - mean) ** 2;
  return 0.5 * Math.log(squares / logs.length);
}

/** Beyond this, the transformed values of ordinary data differ by less than a double can hold. */
const largestLambda = 5;

const golden = (3 - Math.sqrt(5)) / 2;

/** Minimum of a function on an interval by parabolic interpolation and golden sections (Brent 1973). */
function brent(cost: (x: number) => number, from: number, to: number): number {
  let a = from;
  let b = to;
  let x = a + golden * (b - a);
  let w = x;
  let v = x;
  let fx = cost(x);
  let fw = fx;
  let fv = fx;
  let step = 0;
  let before = 0;
  for (let iteration = 0; iteration < 200; iteration++) {
    const middle = (a + b) / 2;
    const tolerance = 1e-9 * Math.abs(x) + 1e-10;
    if (Math.abs(x - middle) <= 2 * tolerance - (b - a) / 2) break;
    let p = 0;
    let q = 0;
    if (Math.abs(before) > tolerance) {
      const r = (x - w) * (fx - fv);
      q = (x - v) * (fx - fw);
      p = (x - v) * q - (x - w) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      else q = -q;
    }
    const parabolic =
      Math.abs(p) < Math.abs(0.5 * q * before) && p > q * (a - x) && p < q * (b - x) && q !== 0;
    if (parabolic) {
      before = step;
      step = p / q;
    } else {
      before = x < middle ? b - x : a - x;
      step = golden * before;
    }
    const u = x + (Math.abs(step) >= tolerance ? step : Math.sign(step) * tolerance || tolerance);
    const fu = cost(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      v = w;
      fv = fw;
      w = x;
      fw = fx;
      x = u;
      fx = fu;
      continue;
    }
    if (u < x) a = u;
    else b = u;
    if (fu <= fw || w === x) {
      v = w;
      fv = fw;
      w = u;
      fw = fu;
    } else if (fu <= fv || v === x || v === w) {
      v = u;
      fv = fu;
    }
  }
  return x;
}
