<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name />
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) not signed yet</source>
        <translation>
            <numerusform>%n draft not signed yet</numerusform>
            <numerusform>%n drafts not signed yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) signed, waiting to be sent</source>
        <translation>
            <numerusform>%n record signed, waiting to be sent</numerusform>
            <numerusform>%n records signed, waiting to be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) submitted, outcome unknown</source>
        <translation>
            <numerusform>%n record submitted, outcome unknown</numerusform>
            <numerusform>%n records submitted, outcome unknown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+ %n earlier</source>
        <translation>
            <numerusform>+ %n earlier</numerusform>
            <numerusform>+ %n earlier</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At least %n character(s)</source>
        <translation>
            <numerusform>At least %n character</numerusform>
            <numerusform>At least %n characters</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Too short: %n more character(s) needed</source>
        <translation>
            <numerusform>Too short: %n more character needed</numerusform>
            <numerusform>Too short: %n more characters needed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>words</name>
    <message numerus="yes">
        <source>%n block(s) behind</source>
        <translation>
            <numerusform>%n block behind</numerusform>
            <numerusform>%n blocks behind</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n block(s) per second</source>
        <translation>
            <numerusform>%n block per second</numerusform>
            <numerusform>%n blocks per second</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n peer(s)</source>
        <translation>
            <numerusform>%n peer</numerusform>
            <numerusform>%n peers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n quota point(s)</source>
        <translation>
            <numerusform>%n quota point</numerusform>
            <numerusform>%n quota points</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n bookkeeper(s) signed, verified on this computer</source>
        <translation>
            <numerusform>All %n bookkeeper signed, verified on this computer</numerusform>
            <numerusform>All %n bookkeepers signed, verified on this computer</numerusform>
        </translation>
    </message>
</context>
</TS>
