"""Golden tokens: tokenizers written from their papers and the format's documentation with the standard library alone.

Run with Python 3.10 or later:  python3 make_tokens.py
Writes tokens.json: tokenizer.json files made by hand with texts and the ids that must come out, and byte-pair
merges learned by counting everything anew at every step. Nothing is shared with the TypeScript side.
"""

import json
import unicodedata
from collections import Counter
from pathlib import Path

TEXTS = [
    "The newest and the lowest prices, they're widest!",
    "  Two  spaces\tand a tab\nand 3 lines\n\n",
    "naïve café — Zürich, Ångström; ﬁne ①",
    "我喜欢吃苹果。東京に行きました。",
    "emoji 👍🏽 and zero\u200dwidth",
    "price: 12.50 USD (don't)",
    "",
    "low lower newest widest",
]


# ---- GPT-2's split, as a scanner over Unicode categories -------------------------------------------------------
def is_letter(c):
    return unicodedata.category(c).startswith("L")


def is_number(c):
    return unicodedata.category(c).startswith("N")


def is_space(c):
    return c in "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" or "\u2000" <= c <= "\u200a"


def kind(c):
    return "s" if is_space(c) else "l" if is_letter(c) else "n" if is_number(c) else "o"


def gpt2_split(text):
    pieces, i = [], 0
    while i < len(text):
        hit = next((x for x in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d") if text.startswith(x, i)), None)
        if hit:
            pieces.append(hit)
            i += len(hit)
            continue
        start = i + 1 if text[i] == " " and i + 1 < len(text) and not is_space(text[i + 1]) else i
        if not is_space(text[start]):
            end = start
            while end < len(text) and kind(text[end]) == kind(text[start]):
                end += 1
            pieces.append(text[i:end])
            i = end
            continue
        end = i
        while end < len(text) and is_space(text[end]):
            end += 1
        # the last space of a run goes with the word after it
        if end < len(text) and end - i > 1:
            end -= 1
        pieces.append(text[i:end])
        i = end
    assert "".join(pieces) == text
    return pieces


def byte_letters():
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {}, 0
    for b in range(256):
        if b in keep:
            table[b] = chr(b)
        else:
            table[b] = chr(256 + extra)
            extra += 1
    return table


LETTERS = byte_letters()


def to_letters(text):
    return "".join(LETTERS[b] for b in text.encode())


# ---- byte pairs ------------------------------------------------------------------------------------------------
def learn(words, alphabet, merges, minimum):
    """words: {tuple of symbols: count}. Counts all pairs at every step."""
    ids = {s: i for i, s in enumerate(alphabet)}
    learned = []
    while len(learned) < merges:
        pairs = Counter()
        for symbols, n in words.items():
            for a, b in zip(symbols, symbols[1:]):
                pairs[a, b] += n
        if not pairs:
            break
        best = min(pairs, key=lambda p: (-pairs[p], ids[p[0]], ids[p[1]]))
        if pairs[best] < minimum:
            break
        learned.append(list(best))
        ids.setdefault(best[0] + best[1], len(ids))
        words = Counter()
        new = {}
        for symbols, n in list(learn.words.items()):
            out, i = [], 0
            while i < len(symbols):
                if i + 1 < len(symbols) and (symbols[i], symbols[i + 1]) == best:
                    out.append(symbols[i] + symbols[i + 1])
                    i += 2
                else:
                    out.append(symbols[i])
                    i += 1
            new[tuple(out)] = new.get(tuple(out), 0) + n
        learn.words = new
        words = new
    return learned, ids


def learn_from(words, alphabet, merges, minimum):
    learn.words = dict(words)
    return learn(dict(words), alphabet, merges, minimum)


def bpe(symbols, ranks):
    symbols = list(symbols)
    while True:
        options = [(ranks[p], i) for i, p in enumerate(zip(symbols, symbols[1:])) if p in ranks]
        if not options:
            return symbols
        _, i = min(options)
        symbols[i : i + 2] = [symbols[i] + symbols[i + 1]]


def byte_pair_file(corpus, merges):
    counts = Counter(to_letters(p) for text in corpus for p in gpt2_split(text))
    alphabet = sorted(LETTERS.values())
    learned, ids = learn_from({tuple(w): n for w, n in counts.items()}, alphabet, merges, 2)
    vocab = dict(ids)
    file = {
        "version": "1.0",
        "added_tokens": [{"id": len(vocab), "content": "<|endoftext|>", "single_word": False, "lstrip": False,
                          "rstrip": False, "normalized": False, "special": True}],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": False, "vocab": vocab,
                  "merges": [" ".join(m) for m in learned]},
    }
    ranks = {tuple(m): i for i, m in enumerate(learned)}

    def encode(text):
        out = []
        for index, part in enumerate(text.split("<|endoftext|>")):
            if index:
                out.append(len(vocab))
            for piece in gpt2_split(part):
                out += [vocab[s] for s in bpe(to_letters(piece), ranks)]
        return out

    return file, encode, learned


# ---- BERT ------------------------------------------------------------------------------------------------------
def is_chinese(c):
    n = ord(c)
    return (0x4E00 <= n <= 0x9FFF or 0x3400 <= n <= 0x4DBF or 0x20000 <= n <= 0x2A6DF or 0xF900 <= n <= 0xFAFF)


def bert_words(text):
    text = "".join(" " if c in "\t\n\r" else c for c in text)
    text = "".join(c for c in text if not unicodedata.category(c).startswith("C") and c != "\ufffd")
    text = "".join(f" {c} " if is_chinese(c) else " " if is_space(c) else c for c in text)
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    text = "".join(c.lower() for c in text)
    words, word = [], ""
    for c in text:
        sign = unicodedata.category(c).startswith("P") or (c.isascii() and not c.isalnum() and not c.isspace())
        if is_space(c) or sign:
            if word:
                words.append(word)
            word = ""
            if sign:
                words.append(c)
        else:
            word += c
    return words + ([word] if word else [])


def word_piece_file():
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list("abcdefghijklmnopqrstuvwxyz") + [
        f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"] + [
        "the", "new", "##est", "low", "##er", "wid", "and", "price", "##s", ",", "!", "'", "(", ")", ".", "1", "2",
        "##2", "5", "##0", "我", "苹", "果", "東", "京", "cafe", "naive", "zur", "##ich", ":", ";", "—"]
    vocab = {t: i for i, t in enumerate(tokens)}
    file = {
        "added_tokens": [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True} for i, t in enumerate(tokens[:5])],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocab},
    }

    def encode(text):
        out = []
        for word in bert_words(text):
            found, start = [], 0
            while start < len(word):
                for end in range(len(word), start, -1):
                    piece = ("##" if start else "") + word[start:end]
                    if piece in vocab:
                        found.append(vocab[piece])
                        start = end
                        break
                else:
                    found = [vocab["[UNK]"]]
                    break
            out += found
        return out

    return file, encode


# ---- unigram ---------------------------------------------------------------------------------------------------
def unigram_file():
    pieces = [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), ("▁", -2.1), ("▁the", -3.0), ("▁new", -5.2),
              ("est", -4.4), ("▁low", -5.6), ("er", -4.1), ("▁lower", -9.1), ("▁and", -3.3), ("s", -3.7),
              ("t", -3.9), ("e", -3.1), ("n", -4.01), ("w", -5.03), ("l", -4.7), ("o", -4.3), ("a", -3.6),
              ("d", -4.9), ("i", -4.2), ("r", -4.05), ("p", -5.5), ("c", -5.4), ("▁price", -6.6), ("▁wid", -7.7),
              ("h", -4.6), ("▁t", -4.45), ("我", -8.0), ("喜欢", -8.5), ("吃", -8.25)]
    vocab = {p: i for i, (p, _) in enumerate(pieces)}
    file = {
        "added_tokens": [{"id": i, "content": pieces[i][0], "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True} for i in range(3)],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Replace",
                       "pattern": {"Regex": " {2,}"}, "content": " "}]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
        "model": {"type": "Unigram", "unk_id": 0, "vocab": [list(p) for p in pieces]},
    }
    lowest = min(s for _, s in pieces)

    def best(word):
        # every prefix with its best score; later, equally good cuts do not replace earlier ones
        table = {0: (0.0, [])}
        for start in range(len(word)):
            if start not in table:
                continue
            score, path = table[start]
            for end in range(start + 1, len(word) + 1):
                piece = word[start:end]
                if piece in vocab:
                    cost = pieces[vocab[piece]][1]
                elif end == start + 1:
                    cost = lowest - 10
                else:
                    continue
                if end not in table or score + cost > table[end][0]:
                    table[end] = (score + cost, path + [piece])
        return table[len(word)][1]

    def encode(text):
        text = unicodedata.normalize("NFKC", text)
        while "  " in text:
            text = text.replace("  ", " ")
        if not text:
            return []
        text = text.replace(" ", "▁")
        text = text if text.startswith("▁") else "▁" + text
        words, word = [], ""
        for c in text:
            if c == "▁" and word:
                words.append(word)
                word = ""
            word += c
        words.append(word)
        out = []
        for w in words:
            unknown = False
            for piece in best(w):
                if piece in vocab:
                    out.append(vocab[piece])
                    unknown = False
                elif not unknown:
                    out.append(0)
                    unknown = True
        return out

    return file, encode


# ---- whole words -----------------------------------------------------------------------------------------------
def word_level_file():
    tokens = ["[UNK]", "the", "lowest", "prices", ",", "!", "and", "newest", "low", "they", "'", "re", "12", ".", "50"]
    vocab = {t: i for i, t in enumerate(tokens)}
    file = {
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocab, "unk_token": "[UNK]"},
    }

    def encode(text):
        def is_word(c):
            return (unicodedata.category(c)[0] in "LM" or unicodedata.category(c) in ("Nd", "Pc", "Nl")
                    or c in "\u200c\u200d")

        words, word, before = [], "", None
        for c in "".join(x.lower() for x in text):
            now = None if is_space(c) else is_word(c)
            if now != before and word:
                words.append(word)
                word = ""
            if now is not None:
                word += c
            before = now
        if word:
            words.append(word)
        return [vocab.get(w, 0) for w in words]

    return file, encode


def main():
    corpus = TEXTS * 2 + ["the newest low prices in the lowest town", "they lower the price, don't they?"] * 3
    cases = []
    byte_pair, encode, learned = byte_pair_file(corpus, 60)
    for name, (file, encoder) in {
        "byte pairs": (byte_pair, encode),
        "word pieces": word_piece_file(),
        "unigram": unigram_file(),
        "whole words": word_level_file(),
    }.items():
        texts = TEXTS + (["one<|endoftext|>two"] if name == "byte pairs" else [])
        cases.append({"name": name, "file": file, "texts": [[t, encoder(t)] for t in texts]})
    # Sennrich et al. 2016, the code of figure 1: low, lower, newest, widest with an end of word.
    words = {tuple("low") + ("</w>",): 5, tuple("lower") + ("</w>",): 2, tuple("newest") + ("</w>",): 6,
             tuple("widest") + ("</w>",): 3}
    alphabet = sorted({s for w in words for s in w})
    sennrich, _ = learn_from(words, alphabet, 10, 1)
    out = {
        "corpus": corpus,
        "merges": learned,
        "sennrich": {"words": [[list(w), n] for w, n in words.items()], "alphabet": alphabet, "merges": sennrich},
        "cases": cases,
    }
    Path(__file__).with_name("tokens.json").write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n")


main()
