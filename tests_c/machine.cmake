# Tests of programs that are built for another machine (machine.py). An emulator is slow, so they get more time.
set(machine_environment "")
set(patience 1)
if(CMAKE_CROSSCOMPILING)
    set(patience 5)
    foreach(language C CXX)
        set(compiler_${language} "${CMAKE_${language}_COMPILER}")
        if(CMAKE_${language}_COMPILER_TARGET)
            string(APPEND compiler_${language} " --target=${CMAKE_${language}_COMPILER_TARGET}")
        endif()
        if(CMAKE_SYSROOT)
            string(APPEND compiler_${language} " --sysroot=${CMAKE_SYSROOT}")
        endif()
    endforeach()
    string(REPLACE ";" " " emulator "${CMAKE_CROSSCOMPILING_EMULATOR}")
    set(machine_environment "MACHINE_TOOLCHAIN=${CMAKE_TOOLCHAIN_FILE}" "MACHINE_EMULATOR=${emulator}"
        "CC=${compiler_C}" "CXX=${compiler_CXX}")
endif()

# of_machine(SECONDS TEST...): these tests have so much time, and know the machine.
function(of_machine seconds)
    math(EXPR seconds "${seconds} * ${patience}")
    set_tests_properties(${ARGN} PROPERTIES TIMEOUT ${seconds} ENVIRONMENT "${machine_environment}")
endfunction()
