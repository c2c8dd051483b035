/**
 * Who asks: nobody in particular, or the demo member picked in the bar.
 *
 * A viewer answers `authorization()` with the header's value or null, and is told
 * by `refused()` when the server turned a token down.
 */

import { Cast } from './cast.js';

const GUEST = 'guest';

/** Outside the demo the page knows no token; what is typed into the headers editor is all there is. */
export const noViewer = {
  authorization: async () => null,
  refused() {},
};

/** The viewer picked in the demo's bar. `onSwitch` runs after every change. */
export function pickedViewer(onSwitch) {
  const select = document.getElementById('viewing-as');
  const about = document.getElementById('viewer-about');
  const cast = new Cast();

  async function describe(hint) {
    const handle = select.value;
    const text = await aboutViewer(cast, handle, hint);
    // Somebody may have switched again meanwhile.
    if (select.value === handle) about.textContent = text;
  }

  select.addEventListener('change', () => {
    onSwitch();
    describe('press run to ask again');
  });
  fill(select, cast).then(() => describe(), () => {
    about.textContent = "The demo's members could not be fetched. Reload the page to try again.";
  });

  return {
    authorization: async () => (select.value === GUEST ? null : cast.authorization(select.value)),
    refused: () => cast.forget(),
  };
}

async function fill(select, cast) {
  for (const { handle, name } of await cast.members()) select.add(new Option(name, handle));
  select.disabled = false;
}

async function aboutViewer(cast, handle, hint) {
  try {
    const member = (await cast.members()).find((one) => one.handle === handle);
    const who = member ? [`@${handle}`, member.about] : ['signed out'];
    return [...who, hint].filter(Boolean).join(' \u00b7 ');
  } catch (error) {
    return error.message;
  }
}
