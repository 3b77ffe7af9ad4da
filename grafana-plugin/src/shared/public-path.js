// Chunks are loaded from where module.js itself came from (a sub path, a CDN). Must be the first import of a module.
/* global __webpack_public_path__:writable */
import amdModule from 'amd-module';

const address = amdModule?.uri ?? '';
if (address !== '' && !address.startsWith(`${__webpack_public_path__}module.js`))
  __webpack_public_path__ = address.slice(0, address.lastIndexOf('/') + 1);
