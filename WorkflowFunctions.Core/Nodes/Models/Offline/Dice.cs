using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>Numbers that look random and are the same for the same text on every machine and every version of .NET (SplitMix64).</summary>
internal sealed class Dice
{
    private ulong _state;

    public Dice(params ReadOnlySpan<string?> texts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts)));
        _state = BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Next(int count) => (int)(NextBits() % (ulong)count);

    /// <summary>A number from 0 up to, not including, 1.</summary>
    public double NextFraction() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Items in another order, without repetition.</summary>
    public IEnumerable<T> Shuffled<T>(IReadOnlyList<T> items)
    {
        var left = items.ToList();
        while (left.Count > 0)
        {
            var index = Next(left.Count);
            yield return left[index];
            left.RemoveAt(index);
        }
    }

    private ulong NextBits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var mixed = _state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
