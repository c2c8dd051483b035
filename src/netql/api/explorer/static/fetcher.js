/**
 * How GraphiQL reaches the server: POST for queries and mutations, one WebSocket for
 * subscriptions (the graphql-transport-ws protocol).
 *
 * An Authorization header typed into the headers editor wins over the viewer's, on
 * both roads.
 */

const URL_HTTP = new URL('/graphql', location.href).href;
const URL_SOCKET = URL_HTTP.replace(/^http/, 'ws');

export function fetcherFor(viewer) {
  const socket = new Socket(viewer);

  async function post(...request) {
    const response = await fetch(...request);
    if (response.status === 401) viewer.refused();
    return response;
  }

  async function fetcher(params, options) {
    const typed = typedAuthorization(options?.headers);
    const authorization = typed ?? (await viewer.authorization());
    const ask = GraphiQL.createFetcher({
      url: URL_HTTP,
      fetch: post,
      // A typed header comes with the options; a second spelling of it would be joined to it.
      headers: typed || !authorization ? {} : { authorization },
      wsClient: { subscribe: (payload, sink) => socket.subscribe(typed, payload, sink) },
    });
    return ask(params, options);
  }

  return { fetcher, hangUp: () => socket.close() };
}

/** One connection for one identity: it speaks as whoever opened it until it is closed. */
class Socket {
  #client = null;
  #typed = null;

  constructor(viewer) {
    this.viewer = viewer;
  }

  subscribe(typed, payload, sink) {
    if (typed !== this.#typed) this.close();
    this.#typed = typed;
    this.#client ??= this.#open(typed);
    return this.#client.subscribe(payload, sink);
  }

  close() {
    this.#client?.dispose();
    this.#client = null;
  }

  #open(typed) {
    return graphqlWs.createClient({
      url: URL_SOCKET,
      // Asked at every connection, so that a reconnect brings a token that still lives.
      connectionParams: async () => {
        const authorization = typed ?? (await this.viewer.authorization());
        return authorization ? { authorization } : {};
      },
      on: {
        closed: ({ code }) => {
          if (code === 4401 || code === 4403) this.viewer.refused();
        },
      },
    });
  }
}

function typedAuthorization(headers = {}) {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'authorization');
  return name ? headers[name] : null;
}
