// Where the pages begin: the reader's choices, the language, then who is logged in.

import { render } from 'preact';
import { startLive } from './net/live.js';
import { App } from './shell/app.js';
import { keepPreferences, preferences } from './shell/preferences.js';
import { startRouter } from './shell/router.js';
import { findSession, watchSession } from './shell/session.js';
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/parts.css';
import { showLanguage } from './words/language.js';

keepPreferences();
startRouter();
watchSession();
await Promise.all([showLanguage(preferences.value.language), findSession()]);
startLive();
const root = document.getElementById('app');
if (root) render(<App />, root);
