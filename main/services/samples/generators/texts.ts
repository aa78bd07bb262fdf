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

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Dates as people write them, and as machines do: "3 May 1998" and "1998-05-03". */
export const dates: Generator = {
  count: 1500,
  unit: 'pairs',
  make: (count, seed) => {
    const random = new RandomStream(seed, 202);
    const rows = Array.from({ length: count }, () => {
      const year = 1950 + random.nextInteger(80);
      const month = random.nextInteger(12);
      const day = 1 + random.nextInteger(28);
      const name = months[month] as string;
      const written = pick(random, [
        `${day} ${name} ${year}`,
        `${name} ${day}, ${year}`,
        `the ${ordinal(day)} of ${name} ${year}`,
        `${day} ${name.slice(0, 3)} ${year}`,
      ]);
      const two = (value: number): string => String(value).padStart(2, '0');
      return `${written}\t${year}-${two(month + 1)}-${two(day)}`;
    });
    return [textFile('dates.tsv', ['source\ttarget', ...rows])];
  },
};

function ordinal(day: number): string {
  const teen = day > 10 && day < 14;
  return `${day}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')}`;
}

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

/** Short requests to an assistant with what they want, from patterns. */
export const intents: Generator = {
  count: 600,
  unit: 'requests',
  make: (count, seed) => {
    const random = new RandomStream(seed, 203);
    const names = Object.keys(intentPatterns);
    const fill: Readonly<Record<string, () => string>> = {
      LOC: () => pick(random, places),
      DAY: () => pick(random, ['today', 'tomorrow', 'on Monday', 'on Friday', 'this weekend', 'next week']),
      TIME: () => `${1 + random.nextInteger(12)} ${pick(random, ["o'clock", 'in the morning', 'thirty'])}`,
      SONG: () => pick(random, ['jazz', 'classical', 'folk', 'rock', 'piano', 'summer']),
      ROOM: () => pick(random, ['kitchen', 'bedroom', 'hall', 'living room', 'garden']),
    };
    const rows = Array.from({ length: count }, (_, index) => {
      const intent = names[index % names.length] as string;
      const pattern = pick(random, intentPatterns[intent] ?? []);
      const text = pattern.replaceAll(/LOC|DAY|TIME|SONG|ROOM/g, (slot) => fill[slot]?.() ?? slot);
      return `${text},${intent}`;
    });
    return [textFile('intents.csv', ['text,intent', ...rows])];
  },
};
