import { RandomStream } from '../../../../engine/base/rng.ts';
import { type Generator, pick, textFile } from './generator.ts';

const people = [
  'Anna',
  'Peter',
  'Maria',
  'Jonas',
  'Li Wei',
  'Amina',
  'Carlos',
  'Yuki',
  'Olga',
  'Ravi',
  'Grace',
  'Tom',
];
const surnames = ['Miller', 'Schmidt', 'Rossi', 'Tanaka', 'Silva', 'Novak', 'Okafor', 'Larsen'];
const places = [
  'Berlin',
  'New York',
  'Tokyo',
  'Nairobi',
  'Rio de Janeiro',
  'Oslo',
  'Lima',
  'Madrid',
  'Cape Town',
  'Vienna',
];
const companies = ['Acme', 'Northwind Traders', 'Blue River', 'Globex', 'Sunrise Foods', 'Delta Works'];
const suffixes = ['Inc', 'Ltd', 'AG', 'Group'];
const sentences = [
  'PER moved to LOC last year .',
  'The office of ORG in LOC was closed .',
  'PER works for ORG .',
  'On Monday PER met PER in LOC .',
  'ORG opened a shop in LOC and one in LOC .',
  'The weather in LOC was fine , said PER .',
  'Nobody at ORG knew PER .',
  'It rained all day long .',
  'Shares of ORG rose after PER left .',
  'We took the train from LOC to LOC .',
];

/** Sentences from patterns with names of people, places and companies, tagged by BIO; CoNLL, two columns. */
export const entities: Generator = {
  count: 400,
  unit: 'sentences',
  make: (count, seed) => {
    const random = new RandomStream(seed, 201);
    const name = (kind: string): string => {
      if (kind === 'PER')
        return random.nextFloat() < 0.5
          ? pick(random, people)
          : `${pick(random, people)} ${pick(random, surnames)}`;
      if (kind === 'LOC') return pick(random, places);
      return random.nextFloat() < 0.5
        ? pick(random, companies)
        : `${pick(random, companies)} ${pick(random, suffixes)}`;
    };
    const lines: string[] = [];
    for (let index = 0; index < count; index++) {
      for (const word of pick(random, sentences).split(' ')) {
        if (!/^(PER|LOC|ORG)$/.test(word)) lines.push(`${word} O`);
        else {
          name(word)
            .split(' ')
            .forEach((part, at) => {
              lines.push(`${part} ${at === 0 ? 'B' : 'I'}-${word}`);
            });
        }
      }
      lines.push('');
    }
    return [textFile('entities.conll', lines.slice(0, -1))];
  },
};

const english = {
  small: [
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
    'thirteen',
    'fourteen',
    'fifteen',
    'sixteen',
    'seventeen',
    'eighteen',
    'nineteen',
  ],
  tens: ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'],
};

const german = {
  small: [
    'null',
    'eins',
    'zwei',
    'drei',
    'vier',
    'fünf',
    'sechs',
    'sieben',
    'acht',
    'neun',
    'zehn',
    'elf',
    'zwölf',
    'dreizehn',
    'vierzehn',
    'fünfzehn',
    'sechzehn',
    'siebzehn',
    'achtzehn',
    'neunzehn',
  ],
  tens: ['', '', 'zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig', 'neunzig'],
};

/** 0 to 9999 as the English say it: "two hundred and five". */
export function inEnglish(value: number): string {
  if (value < 20) return english.small[value] ?? '';
  if (value < 100) {
    const tens = english.tens[Math.floor(value / 10)] ?? '';
    return value % 10 === 0 ? tens : `${tens}-${inEnglish(value % 10)}`;
  }
  const [unit, name] = value < 1000 ? [100, 'hundred'] : [1000, 'thousand'];
  const rest = value % unit;
  const head = `${inEnglish(Math.floor(value / unit))} ${name}`;
  if (rest === 0) return head;
  return rest < 100 ? `${head} and ${inEnglish(rest)}` : `${head} ${inEnglish(rest)}`;
}

/** 0 to 9999 as the Germans say it, ones before tens and in one word: "zweihundertfünf". */
export function inGerman(value: number): string {
  if (value < 20) return german.small[value] ?? '';
  const one = (ones: number): string => (ones === 1 ? 'ein' : (german.small[ones] ?? ''));
  if (value < 100) {
    const tens = german.tens[Math.floor(value / 10)] ?? '';
    return value % 10 === 0 ? tens : `${one(value % 10)}und${tens}`;
  }
  const [unit, name] = value < 1000 ? [100, 'hundert'] : [1000, 'tausend'];
  const rest = value % unit;
  return `${one(Math.floor(value / unit))}${name}${rest === 0 ? '' : inGerman(rest)}`;
}

/** Numbers in words, English and German: a language pair whose order of words differs; two columns with a tab. */
export const numbers: Generator = {
  count: 1500,
  unit: 'pairs',
  make: (count, seed) => {
    const random = new RandomStream(seed, 202);
    const rows = Array.from({ length: count }, () => {
      // Half of them small, so that both lengths are learned.
      const value = 13 + random.nextInteger(random.nextFloat() < 0.5 ? 987 : 9987);
      return `${inEnglish(value)}\t${inGerman(value)}`;
    });
    return [textFile('numbers.txt', rows)];
  },
};

const intentPatterns: Readonly<Record<string, readonly string[]>> = {
  weather: [
    'will it rain in LOC DAY',
    'what is the weather like in LOC DAY',
    'do I need an umbrella DAY in LOC',
    'how warm does it get in LOC DAY',
  ],
  alarm: [
    'wake me up at TIME DAY',
    'set an alarm for TIME please',
    'please remind me at TIME DAY',
    'I have to get up at TIME',
  ],
  music: [
    'play some SONG music',
    'I would like to hear SONG',
    'turn on the SONG radio please',
    'put on a SONG song',
  ],
  travel: [
    'when does the next train to LOC leave',
    'book a flight to LOC for DAY',
    'how do I get to LOC by bus',
    'I need a ticket to LOC DAY',
  ],
  lights: [
    'switch off the lights in the ROOM',
    'make it brighter in the ROOM please',
    'turn the lamp in the ROOM on',
    'dim the lights of the ROOM at TIME',
  ],
};

/** What stands in the places of the patterns. */
const slots: Readonly<Record<string, readonly string[]>> = {
  LOC: places,
  DAY: ['today', 'tomorrow', 'on Monday', 'on Friday', 'this weekend', 'next week'],
  SONG: ['jazz', 'classical', 'folk', 'rock', 'piano', 'summer'],
  ROOM: ['kitchen', 'bedroom', 'hall', 'living room', 'garden'],
};

/** Short requests to an assistant with what they want, from patterns. */
export const intents: Generator = {
  count: 600,
  unit: 'requests',
  make: (count, seed) => {
    const random = new RandomStream(seed, 203);
    const names = Object.keys(intentPatterns);
    const hour = (): string =>
      `${1 + random.nextInteger(12)} ${pick(random, ["o'clock", 'in the morning', 'thirty'])}`;
    const rows = Array.from({ length: count }, (_, index) => {
      const intent = names[index % names.length] as string;
      const pattern = pick(random, intentPatterns[intent] ?? []);
      const text = pattern.replaceAll(/LOC|DAY|TIME|SONG|ROOM/g, (slot) =>
        slot === 'TIME' ? hour() : pick(random, slots[slot] ?? []),
      );
      return `${text},${intent}`;
    });
    return [textFile('intents.csv', ['text,intent', ...rows])];
  },
};
