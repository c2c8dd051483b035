/**
 * What GraphiQL may remember: the colour theme, and nothing else.
 *
 * Left alone it keeps the headers of every request in its history and the text of every
 * editor in its tabs. Here those hold tokens, and a password where somebody signs in.
 * So they live in this page's memory and go with it.
 */

const THEME = 'graphiql:theme';

export function forgetfulStorage() {
  const memory = new Map();
  const theme = quietly(() => localStorage.getItem(THEME));
  if (theme) memory.set(THEME, theme);
  return {
    get length() {
      return memory.size;
    },
    getItem: (key) => memory.get(key) ?? null,
    setItem(key, value) {
      memory.set(key, value);
      if (key === THEME) quietly(() => localStorage.setItem(THEME, value));
    },
    removeItem(key) {
      memory.delete(key);
      if (key === THEME) quietly(() => localStorage.removeItem(THEME));
    },
    clear() {
      for (const key of [...memory.keys()]) this.removeItem(key);
    },
  };
}

// A browser may refuse storage altogether; the explorer works without it.
function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
