using System.Diagnostics;
using System.Globalization;
using Fluid;
using Fluid.Values;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>One rendering: what it may read, and what it has used of what it may use. It stays on its thread.</summary>
internal sealed class LiquidContext(ValueScope scope, bool isCondition = false) : TemplateContext(LiquidFilters.Options)
{
    private readonly long _allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly List<(string Name, FluidValue Value)> _loops = [];
    private int _turns;

    /// <summary>Whether a variable that does not exist is null here, as in <c>{% if … %}</c> and before <c>default</c>.</summary>
    public bool IsOptional { get; set; }

    /// <summary>Where each loop has ended, for <c>offset: continue</c>.</summary>
    public Dictionary<string, long> Offsets { get; } = new(StringComparer.Ordinal);

    /// <summary>Finds a variable: of a loop around, one that the template has set, or one of the scope.</summary>
    public FluidValue? Find(string name)
    {
        for (var i = _loops.Count - 1; i >= 0; i--)
        {
            if (_loops[i].Name == name)
                return _loops[i].Value;
        }

        return GetValue(name) is not UndefinedValue and var value ? value : scope.Find(name);
    }

    public MissingVariableException Missing(string variable, string? reason) => new(variable, reason, isCondition);

    public void OpenLoop(string name, FluidValue forloop) => _loops.AddRange([(name, NilValue.Instance), ("forloop", forloop)]);

    public void CloseLoop() => _loops.RemoveRange(_loops.Count - 2, 2);

    /// <summary>Begins a turn of the innermost loop.</summary>
    public void Turn(FluidValue item)
    {
        if (++_turns > LiquidTemplate.MaxIterations)
            throw TooLarge();
        Check();
        _loops[^2] = (_loops[^2].Name, item);
    }

    /// <summary>Stops a rendering that has used too much memory or time.</summary>
    public void Check()
    {
        if (GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore > LiquidTemplate.MaxAllocatedBytes)
            throw TooLarge();
        if (Stopwatch.GetElapsedTime(_startedAt) > LiquidTemplate.MaxTime)
            throw new LiquidSyntaxException($"The template took longer than {LiquidTemplate.MaxTime.TotalSeconds} seconds.");
    }

    public static LiquidSyntaxException TooLarge() => new(
        $"The template makes too much: a text may have {LiquidTemplate.MaxCharacters:N0} characters, " +
        $"and a list or a loop {LiquidTemplate.MaxIterations:N0} items.");
}

/// <summary>What a template writes, up to the longest text that it may make.</summary>
internal sealed class LiquidWriter() : StringWriter(CultureInfo.InvariantCulture)
{
    public override Task WriteAsync(string? value)
    {
        if (GetStringBuilder().Length + (value?.Length ?? 0) > LiquidTemplate.MaxCharacters)
            throw LiquidContext.TooLarge();
        Write(value);
        return Task.CompletedTask;
    }
}
