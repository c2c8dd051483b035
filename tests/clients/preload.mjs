// What browsers have and Node 20 has not.
import WebSocket from 'ws';

globalThis.WebSocket ??= WebSocket;
