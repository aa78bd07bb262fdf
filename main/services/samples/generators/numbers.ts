import { RandomStream } from '../../../../engine/base/rng.ts';
import { dayAfter, type Generator, pick, short, textFile } from './generator.ts';

/** Demand by month: a growing level times a yearly season, with noise that is remembered from month to month. */
export const demand: Generator = {
  count: 240,
  unit: 'months',
  make: (count, seed) => {
    const random = new RandomStream(seed, 101);
    let noise = 0;
    const rows = Array.from({ length: count }, (_, month) => {
      noise = 0.6 * noise + 0.03 * random.nextNormal();
      const season =
        1 + 0.25 * Math.sin((2 * Math.PI * month) / 12) + 0.1 * Math.cos((4 * Math.PI * month) / 12);
      const value = (100 + 1.5 * month) * season * (1 + noise);
      const date = `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`;
      return `${date},${short(value, 1)}`;
    });
    return [textFile('monthly-demand.csv', ['month,demand', ...rows])];
  },
};

/** Daily sales of stores of different size: a weekly rhythm, a slow wave, and promotions that are known. */
export const stores: Generator = {
  count: 1800,
  unit: 'rows',
  make: (count, seed) => {
    const random = new RandomStream(seed, 102);
    const days = 150;
    const rows: string[] = [];
    for (let store = 0; rows.length < count; store++) {
      const level = 40 + 300 * random.nextFloat();
      const phase = 2 * Math.PI * random.nextFloat();
      for (let day = 0; day < days && rows.length < count; day++) {
        const promotion = random.nextFloat() < 0.15 ? 1 : 0;
        const week = [1, 0.9, 0.95, 1, 1.2, 1.5, 0.6][day % 7] as number;
        const wave = 1 + 0.2 * Math.sin((2 * Math.PI * day) / 60 + phase);
        const sales = level * week * wave * (1 + 0.4 * promotion) * (1 + 0.05 * random.nextNormal());
        rows.push(`${dayAfter('2023-01-02', day)},store ${store + 1},${promotion},${Math.round(sales)}`);
      }
    }
    return [textFile('stores.csv', ['day,store,promotion,sales', ...rows])];
  },
};

const devices = ['phone', 'phone', 'phone', 'laptop', 'tablet'];

/**
 * Advertisements shown to visitors one after another: a visitor has a hidden interest, and clicks mostly on
 * advertisements of that category; those are drawn from hundreds, few of which occur often.
 */
export const clicks: Generator = {
  count: 4000,
  unit: 'rows',
  make: (count, seed) => {
    const random = new RandomStream(seed, 103);
    const categories = 12;
    const rows: string[] = [];
    for (let visit = 1; rows.length < count; visit++) {
      const interest = random.nextInteger(categories);
      const device = pick(random, devices);
      const length = 6 + random.nextInteger(15);
      for (let step = 1; step <= length && rows.length < count; step++) {
        const category = random.nextFloat() < 0.35 ? interest : random.nextInteger(categories);
        // Squares prefer small numbers: a long tail of rare advertisements.
        const number = Math.floor(40 * random.nextFloat() ** 2);
        const rate = (category === interest ? 0.55 : 0.06) + (device === 'phone' ? 0.03 : 0) - 0.001 * number;
        const clicked = random.nextFloat() < rate ? 1 : 0;
        rows.push(`${visit},${step},${device},category ${category},ad ${category * 40 + number},${clicked}`);
      }
    }
    return [textFile('clicks.csv', ['visit,step,device,category,ad,clicked', ...rows])];
  },
};

/** Pages of a shop that visitors look at: mostly neighbors of the page before on one of a few paths. */
export const sessions: Generator = {
  count: 4000,
  unit: 'rows',
  make: (count, seed) => {
    const random = new RandomStream(seed, 104);
    const items = 60;
    const rows: string[] = [];
    for (let session = 1; rows.length < count; session++) {
      let item = random.nextInteger(items);
      const stride = pick(random, [1, 7, 11]);
      const length = 5 + random.nextInteger(10);
      for (let step = 0; step < length && rows.length < count; step++) {
        rows.push(`${session},item${item}`);
        item = random.nextFloat() < 0.85 ? (item + stride) % items : random.nextInteger(items);
      }
    }
    return [textFile('sessions.csv', ['session,item', ...rows])];
  },
};

const gestureNames = ['circle', 'shake', 'tilt', 'rest'] as const;

/** Acceleration along three axes of a hand that moves in one of four ways, at its own pace and strength. */
export const gestures: Generator = {
  count: 160,
  unit: 'recordings',
  make: (count, seed) => {
    const random = new RandomStream(seed, 105);
    const rows: string[] = [];
    for (let recording = 1; recording <= count; recording++) {
      const gesture = gestureNames[(recording - 1) % gestureNames.length] as (typeof gestureNames)[number];
      const pace = 0.35 + 0.25 * random.nextFloat();
      const strength = 0.6 + 0.8 * random.nextFloat();
      const phase = 2 * Math.PI * random.nextFloat();
      const length = 24 + random.nextInteger(12);
      for (let step = 0; step < length; step++) {
        const [x, y, z] = motion(gesture, step, { pace, phase, length });
        const axis = (value: number): string => short(strength * value + 0.25 * random.nextNormal(), 2);
        rows.push(`${recording},${axis(x)},${axis(y)},${axis(z)},${gesture}`);
      }
    }
    return [textFile('gestures.csv', ['recording,x,y,z,gesture', ...rows])];
  },
};

function motion(
  gesture: (typeof gestureNames)[number],
  step: number,
  { pace, phase, length }: { readonly pace: number; readonly phase: number; readonly length: number },
): readonly [number, number, number] {
  switch (gesture) {
    case 'circle':
      return [Math.cos(pace * step + phase), Math.sin(pace * step + phase), 0];
    case 'shake':
      return [1.4 * Math.sin(3 * pace * step + phase), 0, 0];
    case 'tilt':
      return [0, step / length - 0.5, 1 - step / length];
    case 'rest':
      return [0, 0, 0];
  }
}

/** The adding problem (Hochreiter and Schmidhuber 1997): the sum of two marked numbers of a sequence. */
export const adding: Generator = {
  count: 250,
  unit: 'sequences',
  make: (count, seed) => {
    const random = new RandomStream(seed, 106);
    const timesteps = 10;
    const rows: string[] = [];
    for (let sequence = 1; sequence <= count; sequence++) {
      const values = Array.from({ length: timesteps }, () => Number(short(random.nextFloat(), 2)));
      const first = random.nextInteger(timesteps / 2);
      const second = timesteps / 2 + random.nextInteger(timesteps / 2);
      const sum = short((values[first] as number) + (values[second] as number), 2);
      values.forEach((value, step) => {
        rows.push(`${sequence},${value},${step === first || step === second ? 1 : 0},${sum}`);
      });
    }
    return [textFile('adding.csv', ['sequence,value,marker,sum', ...rows])];
  },
};
