// Owns the header that the tests precompile; see tests/CMakeLists.txt.
