// fetch for questions, graphql-ws by itself for events.
import { cutAndResumed, resuming, socketOf } from './sockets.mjs';
import { ask, tell } from './story.mjs';

const socket = socketOf('ben');

await tell(
  (handle) => ({
    run: (text, variables) => ask(handle, text, variables),
    listen: (query, variables, put) =>
      resuming(socket.client).subscribe(
        { query, variables },
        { next: ({ data }) => put(data), error: (error) => { throw error; }, complete() {} },
      ),
  }),
  { meanwhile: (inbox) => cutAndResumed(socket, inbox) },
);
