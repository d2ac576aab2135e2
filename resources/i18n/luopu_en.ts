<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name></name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n paper(s) of account {account} saved: {name}</source>
        <translation>
            <numerusform>%n paper of account {account} saved: {name}</numerusform>
            <numerusform>%n papers of account {account} saved: {name}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n paper(s) written: {name}</source>
        <translation>
            <numerusform>%n paper written: {name}</numerusform>
            <numerusform>%n papers written: {name}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At most %n account(s) besides the own one can count</source>
        <translation>
            <numerusform>At most %n account besides the own one can count</numerusform>
            <numerusform>At most %n accounts besides the own one can count</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>After %n minute(s)</source>
        <translation>
            <numerusform>After %n minute</numerusform>
            <numerusform>After %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n approval(s)</source>
        <translation>
            <numerusform>%n approval</numerusform>
            <numerusform>%n approvals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n checker(s) beside the maker</source>
        <translation>
            <numerusform>%n checker beside the maker</numerusform>
            <numerusform>%n checkers beside the maker</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n colleague(s) must approve this with their own keys.</source>
        <translation>
            <numerusform>%n colleague must approve this with their own key.</numerusform>
            <numerusform>%n colleagues must approve this with their own keys.</numerusform>
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
        <source>%n earlier certification(s) are kept as well.</source>
        <translation>
            <numerusform>%n earlier certification is kept as well.</numerusform>
            <numerusform>%n earlier certifications are kept as well.</numerusform>
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
        <source>%n key(s) must sign as well</source>
        <translation>
            <numerusform>%n key must sign as well</numerusform>
            <numerusform>%n keys must sign as well</numerusform>
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
        <source>%n piece(s)</source>
        <translation>
            <numerusform>%n piece</numerusform>
            <numerusform>%n pieces</numerusform>
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
        <source>%n record(s) signed here, waiting for approval</source>
        <translation>
            <numerusform>%n record signed here, waiting for approval</numerusform>
            <numerusform>%n records signed here, waiting for approval</numerusform>
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
        <source>%n request file(s) saved</source>
        <translation>
            <numerusform>%n request file saved</numerusform>
            <numerusform>%n request files saved</numerusform>
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
        <source>%n transfer(s) left</source>
        <translation>
            <numerusform>%n transfer left</numerusform>
            <numerusform>%n transfers left</numerusform>
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
        <source>At most %n piece(s) at once</source>
        <translation>
            <numerusform>At most %n piece at once</numerusform>
            <numerusform>At most %n pieces at once</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Too short: %n more character(s) needed</source>
        <translation>
            <numerusform>Too short: %n more character needed</numerusform>
            <numerusform>Too short: %n more characters needed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>a list of %n file(s)</source>
        <translation>
            <numerusform>a list of %n file</numerusform>
            <numerusform>a list of %n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more piece(s)</source>
        <translation>
            <numerusform>and %n more piece</numerusform>
            <numerusform>and %n more pieces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more; the table has all of them</source>
        <translation>
            <numerusform>and %n more; the table has all of them</numerusform>
            <numerusform>and %n more; the table has all of them</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>each piece at most %n time(s)</source>
        <translation>
            <numerusform>each piece at most %n time</numerusform>
            <numerusform>each piece at most %n times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>handed on %n time(s)</source>
        <translation>
            <numerusform>handed on %n time</numerusform>
            <numerusform>handed on %n times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{first} and %n more</source>
        <translation>
            <numerusform>{first} and %n more</numerusform>
            <numerusform>{first} and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>words</name>
    <message numerus="yes">
        <source>The first {shown} are shown; %n more are not.</source>
        <translation>
            <numerusform>The first {shown} are shown; %n more is not.</numerusform>
            <numerusform>The first {shown} are shown; %n more are not.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n paper(s)</source>
        <translation>
            <numerusform>%n paper</numerusform>
            <numerusform>%n papers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them more than a month ago</source>
        <translation>
            <numerusform>%n of them more than a month ago</numerusform>
            <numerusform>%n of them more than a month ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n publication(s), the newest {age}</source>
        <translation>
            <numerusform>%n publication, {age}</numerusform>
            <numerusform>%n publications, the newest {age}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n custodian(s) published</source>
        <translation>
            <numerusform>%n custodian published</numerusform>
            <numerusform>%n custodians published</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n, so that nobody can count the users</source>
        <translation>
            <numerusform>%n, so that nobody can count the users</numerusform>
            <numerusform>%n, so that nobody can count the users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name}, %n row(s)</source>
        <translation>
            <numerusform>{name}, %n row</numerusform>
            <numerusform>{name}, %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>with %n assigned account(s)</source>
        <translation>
            <numerusform>with %n assigned account</numerusform>
            <numerusform>with %n assigned accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Published, and %n later publication(s) stand on the chain. Its papers stay true for their height.</source>
        <translation>
            <numerusform>Published, and %n later publication stands on the chain. Its papers stay true for their height.</numerusform>
            <numerusform>Published, and %n later publications stand on the chain. Its papers stay true for their height.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n bookkeeper(s)</source>
        <translation>
            <numerusform>%n bookkeeper</numerusform>
            <numerusform>%n bookkeepers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later publication(s), the newest at height {height}: ask the custodian for its paper.</source>
        <translation>
            <numerusform>%n later publication, at height {height}: ask the custodian for its paper.</numerusform>
            <numerusform>%n later publications, the newest at height {height}: ask the custodian for its paper.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation><numerusform>%n found</numerusform><numerusform>%n found</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n earlier certification(s)</source>
        <translation><numerusform>%n earlier certification</numerusform><numerusform>%n earlier certifications</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>And %n more.</numerusform>
            <numerusform>And %n more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n on the way</source>
        <translation>
            <numerusform>%n on the way</numerusform>
            <numerusform>%n on the way</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n thing needs you</numerusform>
            <numerusform>%n things need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n approval(s) missing</source>
        <translation>
            <numerusform>%n approval missing</numerusform>
            <numerusform>%n approvals missing</numerusform>
        </translation>
    </message>
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
        <source>%n checker(s) beside the maker</source>
        <translation>
            <numerusform>%n checker beside the maker</numerusform>
            <numerusform>%n checkers beside the maker</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n colleague(s) must approve this with their own keys.</source>
        <translation>
            <numerusform>%n colleague must approve this with their own key.</numerusform>
            <numerusform>%n colleagues must approve this with their own keys.</numerusform>
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
        <source>%n piece(s)</source>
        <translation>
            <numerusform>%n piece</numerusform>
            <numerusform>%n pieces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n point(s)</source>
        <translation>
            <numerusform>%n point</numerusform>
            <numerusform>%n points</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n point(s) per period</source>
        <translation>
            <numerusform>%n point per period</numerusform>
            <numerusform>%n points per period</numerusform>
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
    <message numerus="yes">
        <source>The chain can keep it for about %n day(s) until they have.</source>
        <translation>
            <numerusform>The chain can keep it for about %n day until they have.</numerusform>
            <numerusform>The chain can keep it for about %n days until they have.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{actions} and %n more</source>
        <translation>
            <numerusform>{actions} and %n more</numerusform>
            <numerusform>{actions} and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
