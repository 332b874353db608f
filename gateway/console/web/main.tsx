// Where the pages begin: the reader's choices, the language, then who is logged in.

import { render } from 'preact';
import { startLive } from './net/live.js';
import { App } from './shell/app.js';
import { loadPage } from './shell/pages.js';
import { keepPreferences, preferences } from './shell/preferences.js';
import { route, startRouter } from './shell/router.js';
import { findSession, watchSession } from './shell/session.js';
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/parts.css';
import { showLanguage } from './words/language.js';

keepPreferences();
startRouter();
watchSession();
startLive();
// The page comes while words and session do: over a slow link each wait of one for the other shows.
void loadPage(route.value.page);
await Promise.all([showLanguage(preferences.value.language), findSession()]);
const root = document.getElementById('app');
if (root) render(<App />, root);
