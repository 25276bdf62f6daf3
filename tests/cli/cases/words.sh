# SPDX-License-Identifier: GPL-2.0-only
# A newcomer's first words, right and wrong.
try
try --version
try help list
try lst
try frobnicate
try list
try list strategies
try list memory
try list sharing
try list loads
try list residencies
try list intents
try list holds
try list releases
try list plans
try list kernals
try doctor now
