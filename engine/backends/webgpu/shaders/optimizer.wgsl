// Kinds: positions in `optimizerKinds` of encode/update.ts. Formulas: engine/ops/optimizer.ts.
fn element(index: u32) {
  let g = f[p.gradientAt + index];
  let rate = f[p.scalarsAt + 1u] * p.multiplier;
  let c0 = f[p.scalarsAt + 2u];
  let c1 = f[p.scalarsAt + 3u];
  let c2 = f[p.scalarsAt + 4u];
  let at0 = p.slot0 + index;
  let at1 = p.slot1 + index;
  let at2 = p.slot2 + index;
  var update = g;
  //#if SGD_MOMENTUM
  let s0 = p.a * f[at0] + g;
  f[at0] = s0;
  update = select(s0, g + p.a * s0, FLAG);
  //#end
  //#if MOMENTS
  let s0 = p.a * f[at0] + p.restA * g;
  let s1 = p.b * f[at1] + p.restB * g * g;
  f[at0] = s0;
  f[at1] = s1;
  //#end
  //#if ADAM
  var square = s1;
  //#if FLAG
  square = max(f[at2], s1);
  f[at2] = square;
  //#end
  update = c0 * s0 / (sqrt(square) * c1 + p.epsilon);
  //#end
  //#if ADAMAX
  let s0 = p.a * f[at0] + p.restA * g;
  let s1 = max(p.b * f[at1], abs(g) + p.epsilon);
  f[at0] = s0;
  f[at1] = s1;
  update = c0 * s0 / s1;
  //#end
  //#if NADAM
  update = (c0 * g + c1 * s0) / (sqrt(s1) * c2 + p.epsilon);
  //#end
  //#if RADAM
  let mean = c0 * s0;
  update = select(mean, mean * c1 / (sqrt(s1) + p.epsilon), c1 > 0.0);
  //#end
  //#if RMSPROP
  let s0 = p.a * f[at0] + p.restA * g * g;
  f[at0] = s0;
  var variance = s0;
  //#if FLAG
  let s1 = p.a * f[at1] + p.restA * g;
  f[at1] = s1;
  variance = max(0.0, s0 - s1 * s1);
  //#end
  update = g / (sqrt(variance) + p.epsilon);
  //#if MOMENTUM
  let momentumAt = select(at1, at2, FLAG);
  update = p.b * f[momentumAt] + update;
  f[momentumAt] = update;
  //#end
  //#end
  //#if ADAGRAD
  let s0 = f[at0] + g * g;
  f[at0] = s0;
  update = g / (sqrt(s0) + p.epsilon);
  //#end
  //#if ADADELTA
  let s0 = p.a * f[at0] + p.restA * g * g;
  let s1 = f[at1];
  update = g * sqrt(s1 + p.epsilon) / sqrt(s0 + p.epsilon);
  f[at0] = s0;
  f[at1] = p.a * s1 + p.restA * update * update;
  //#end
  //#if LION
  let s0 = f[at0];
  update = signOf(p.a * s0 + p.restA * g);
  f[at0] = p.b * s0 + p.restB * g;
  //#end
  let at = p.parameterAt + index;
  f[at] = f[at] * (1.0 - rate * p.decay) - rate * update;
}
