/**
 * Starts the explorer: GraphiQL filling the page, and in the demo a bar to choose who asks.
 */

import { demoTabs, plainTabs } from './examples.js';
import { fetcherFor } from './fetcher.js';
import { forgetfulStorage } from './storage.js';
import { noViewer, pickedViewer } from './viewer.js';

const demo = document.documentElement.dataset.demo === 'true';

// A running subscription speaks as the viewer who opened it: end it when the viewer changes.
const viewer = demo ? pickedViewer(() => hangUp()) : noViewer;
const { fetcher, hangUp } = fetcherFor(viewer);

const explorer = React.createElement(
  GraphiQL,
  {
    fetcher,
    storage: forgetfulStorage(),
    defaultTabs: demo ? demoTabs : plainTabs,
    defaultEditorToolsVisibility: demo ? 'variables' : 'headers',
    shouldPersistHeaders: false,
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
  },
  React.createElement(GraphiQL.Logo, null, 'netql'),
);
ReactDOM.createRoot(document.getElementById('graphiql')).render(explorer);
