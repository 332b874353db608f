# The power goes while a version is watched that runs: the unit finishes it at the next boot.

cut_while_watching newer
