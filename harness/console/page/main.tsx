import { render } from 'preact';
import { startApps } from './data/apps.ts';
import { startLive } from './live.ts';
import { Shell } from './shell.tsx';
import './styles/index.css';

startLive();
startApps();
const root = document.getElementById('app');
if (root !== null) render(<Shell />, root);
