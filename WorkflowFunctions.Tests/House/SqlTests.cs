using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;
using WorkflowFunctions.Api;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Tests.House;

/// <summary>The SQL of the program and the code that runs it name each other.</summary>
public class SqlTests
{
    private static readonly Assembly[] s_assemblies = [typeof(WorkflowServices).Assembly, typeof(WorkflowApi).Assembly];

    private static readonly IReadOnlyList<(string Name, string Text)> s_sql =
        [.. s_assemblies.SelectMany(Sql.Statements).Where(statement => !statement.Name.Contains("Migrations", StringComparison.Ordinal))];

    private static readonly IReadOnlyList<string> s_statements = [.. s_sql.Select(statement => statement.Name)];

    /// <summary>What code names, and what statements have in them.</summary>
    private static readonly HashSet<string> s_asked =
    [
        .. s_assemblies.SelectMany(Literals),
        .. s_sql.SelectMany(statement => Sql.Part().Matches(statement.Text)).Select(part => part.Groups[1].Value),
    ];

    [Fact]
    public void Every_statement_has_a_name_of_its_own() =>
        Assert.Empty(s_statements.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Every_statement_is_asked_for() => Assert.Empty(s_statements.Except(s_asked));

    [Fact]
    public void Every_statement_that_is_asked_for_exists()
    {
        var concerns = s_statements.Select(name => name.Split('.')[0]).ToHashSet(StringComparer.Ordinal);
        var names = s_asked.Where(text => text.Split('.') is [var concern, var name]
            && concerns.Contains(concern) && name.Length > 0 && name.All(letter => char.IsAsciiLetterLower(letter) || letter == '_'));

        Assert.Empty(names.Except(s_statements));
    }

    /// <summary>All texts that stand in the code of an assembly.</summary>
    private static IEnumerable<string> Literals(Assembly assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return [.. module.GetTypes()
            .SelectMany(type => type.Methods)
            .Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions)
            .Where(instruction => instruction.OpCode == OpCodes.Ldstr)
            .Select(instruction => (string)instruction.Operand)];
    }
}
